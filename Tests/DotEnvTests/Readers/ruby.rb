# Reads .env files with Ruby dotenv 3: see LiveReader.swift for the form of input and output.
require "dotenv"
require "dotenv/version"
abort "older than 3.2" if Gem::Version.new(Dotenv::VERSION) < Gem::Version.new("3.2")

ENV.clear
ENV["E1"] = "one"
ENV["E2"] = ""
ENV["PATH"] = "/nonexistent"

STDIN.each_line do |line|
  # As Ruby dotenv opens a file.
  text = [line.strip].pack("H*").force_encoding("UTF-8").delete_prefix("\uFEFF") rescue nil
  begin
    # In the file's favour, so that a key of the environment is read from the file too.
    values = Dotenv::Parser.call(text, overwrite: true)
    puts values.map { |key, value| "#{key.unpack1("H*")}=#{value.unpack1("H*")}" }.join(" ")
  rescue StandardError, SyntaxError
    puts "E"
  end
end
