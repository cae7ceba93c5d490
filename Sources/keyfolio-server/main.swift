print("keyfolio-server")
