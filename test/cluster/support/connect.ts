/** Waits until the rules of a new pod are in force, then says of each address whether a connection opens. */
export const CONNECT = `import json, socket, sys, time
def opens(address):
    try:
        socket.create_connection(address, 3).close()
    except OSError:
        return False
    return True
time.sleep(3)
print(json.dumps([opens(tuple(address)) for address in json.loads(sys.argv[1])]))`;
