using System.Buffers.Binary;
using System.Globalization;
using Kith.Node.Storage;
using Kith.Protocol.Core;
using Kith.Protocol.Identity;

// Keeps appending numbered statements and replacing a document in a state directory, and says each time what was acknowledged, until it is killed.
// Whoever kills it then looks whether all of that is there. Ends by itself when the disk is full: exit code 3, and the last line says so.
//
//   Kith.Crasher STATE-DIRECTORY [BATCHES]     ends by itself after so many batches
const int exitFull = 3;
const int exitFailed = 4;
NetworkId network = new(Enumerable.Range(1, NetworkId.Length).Select(static i => (byte)i).ToArray());
using StateDirectory directory = StateDirectory.Open(args[0]);
using DirectoryStore store = DirectoryStore.Open(directory);
int next = store.ReadStatements(network).Count();
int batches = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : int.MaxValue;
for (int batch = 0; batch < batches; batch++)
{
    List<ReadOnlyMemory<byte>> statements = [];
    for (int i = 0; i <= batch % 5; i++)
    {
        byte[] statement = new byte[100 + (next * 37 % 900)];
        BinaryPrimitives.WriteInt32BigEndian(statement, next++);
        statements.Add(statement);
    }

    StoreResult appended = store.AppendStatements(network, statements);
    if (!appended.IsOk)
    {
        return End(appended);
    }

    Say("statements", next);
    byte[] document = new byte[50 + (batch * 91 % 3000)];
    BinaryPrimitives.WriteInt32BigEndian(document, next);
    StoreResult replaced = store.ReplaceDocument("document", document);
    if (!replaced.IsOk)
    {
        return End(replaced);
    }

    Say("document", next);
}

return 0;

static void Say(string what, int number)
{
    Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what} {number}"));
    Console.Out.Flush();
}

static int End(StoreResult result)
{
    Console.Out.WriteLine(result.Message);
    return result.Outcome == StoreOutcome.Full ? exitFull : exitFailed;
}
