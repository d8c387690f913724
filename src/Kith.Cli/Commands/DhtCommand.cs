using System.CommandLine;
using System.Text;
using Kith.Cli.CommandLine;
using Kith.Cli.Output;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Cli.Commands;

/// <summary>`kith dht status|get|put|peers`.</summary>
internal static class DhtCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "dht",
            "Look into BitTorrent's Mainline DHT through this node: its state, items, peers",
            "kith dht status",
            "kith dht put 'hello'            prints the target",
            "kith dht get TARGET");
        command.Add(Status(options, services));
        command.Add(Get(options, services));
        command.Add(Put(options, services));
        command.Add(Peers(options, services));
        return command;
    }

    private static KithCommand Status(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new("status", "Show how many nodes are known, what is kept for others, and what it costs", "kith dht status --json");
        command.SetAction(async (result, cancellationToken) =>
        {
            DhtStatus status = await options.AskAsync(result, node => node.GetDhtStatusAsync(cancellationToken)).ConfigureAwait(false);
            options.Print(result, status, ControlJson.Default.DhtStatus, value => DhtText.Write(services.Terminal, value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static KithCommand Get(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "get",
            "Find an item (BEP 44); exit code 1 if no node has it",
            "kith dht get e5f96f6f38320f0f33959cb4d3d656452117aadb",
            "kith dht get PUBLICKEY --salt blog --json");
        Argument<string> subject = new("TARGET") { Description = "The target of an immutable item, 40 hexadecimal digits; or the public key of a mutable one, 64" };
        Option<string?> salt = Salt();
        command.Add(subject);
        command.Add(salt);
        command.SetAction(async (result, cancellationToken) =>
        {
            DhtGetRequest request = new(result.GetRequiredValue(subject), result.GetValue(salt) is { Length: > 0 } text ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) : null);
            DhtGetResult found = await options.AskAsync(result, node => node.GetFromDhtAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, found, ControlJson.Default.DhtGetResult, value => DhtText.Write(services.Terminal, value));
            return found.Item is null ? ExitCodes.No : ExitCodes.Done;
        });
        return command;
    }

    private static KithCommand Put(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "put",
            "Put a text: under its own hash, or signed, so that it can be replaced; exit code 1 if no node took it",
            "kith dht put 'hello'",
            "kith dht put 'hello' --key blog.key --salt news     makes the file of the key if it is not there");
        Argument<string> text = new("TEXT") { Description = $"What to put, at most {DhtItemText.TextBytesMax} bytes" };
        Option<string?> key = new("--key") { Description = "Sign it with the key in this file, which is made if it does not exist", HelpName = "FILE" };
        Option<string?> salt = Salt();
        Option<long?> sequence = new("--sequence") { Description = "The sequence number of a signed item (default: the time in seconds)", HelpName = "N" };
        Option<long?> cas = new("--cas") { Description = "Replace only the item with this sequence number", HelpName = "N" };
        command.Add(text);
        command.Add(key);
        command.Add(salt);
        command.Add(sequence);
        command.Add(cas);
        command.SetAction(async (result, cancellationToken) =>
        {
            byte[] seed = result.GetValue(key) is { } path ? DhtKeyFile.ReadOrMake(path) : [];
            byte[] saltBytes = Encoding.UTF8.GetBytes(result.GetValue(salt) ?? string.Empty);
            string value = result.GetRequiredValue(text);
            if (Encoding.UTF8.GetByteCount(value) > DhtItemText.TextBytesMax || saltBytes.Length > DhtItemText.SaltBytesMax || result.GetValue(sequence) < 0)
            {
                throw new ControlException(ControlError.Usage, "The text or the salt is too long, or the sequence number negative.", $"A text may have {DhtItemText.TextBytesMax} bytes, a salt {DhtItemText.SaltBytesMax}.");
            }

            if (seed.Length == 0 && (saltBytes.Length > 0 || result.GetValue(sequence) is not null || result.GetValue(cas) is not null))
            {
                throw new ControlException(ControlError.Usage, "Only a signed item has a salt and a sequence number.", "Name a key with --key FILE.");
            }

            DhtItemValue item = DhtItemText.Make(value, seed, saltBytes, result.GetValue(sequence) ?? services.Clock.GetUtcNow().ToUnixTimeSeconds());
            DhtPutResult put = await options.AskAsync(result, node => node.PutIntoDhtAsync(new DhtPutRequest(item, result.GetValue(cas)), cancellationToken)).ConfigureAwait(false);
            options.Print(result, put, ControlJson.Default.DhtPutResult, answer => DhtText.Write(services.Terminal, answer));
            return put.Nodes > 0 ? ExitCodes.Done : ExitCodes.No;
        });
        return command;
    }

    private static KithCommand Peers(GlobalOptions options, CommandServices services)
    {
        KithCommand command = new(
            "peers",
            "Find who announced an info-hash (BEP 5); exit code 1 if nobody did",
            "kith dht peers 4bebdd4a1a9a1f4c4f7ca7c8b4d2cf1fbe8a2c2e",
            "kith dht peers INFOHASH --announce");
        Argument<string> infoHash = new("INFOHASH") { Description = "40 hexadecimal digits" };
        Option<bool> announce = new("--announce") { Description = "Announce this device, too" };
        command.Add(infoHash);
        command.Add(announce);
        command.SetAction(async (result, cancellationToken) =>
        {
            DhtPeersRequest request = new(result.GetRequiredValue(infoHash), result.GetValue(announce));
            DhtPeersResult found = await options.AskAsync(result, node => node.FindPeersAsync(request, cancellationToken)).ConfigureAwait(false);
            options.Print(result, found, ControlJson.Default.DhtPeersResult, value => DhtText.Write(services.Terminal, value));
            return found.Peers.Count > 0 || found.Nodes > 0 ? ExitCodes.Done : ExitCodes.No;
        });
        return command;
    }

    private static Option<string?> Salt() => new("--salt") { Description = "The salt that tells several items of one key apart", HelpName = "TEXT" };
}
