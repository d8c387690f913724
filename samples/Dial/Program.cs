// Two programs that talk through any NAT, each known by its key.
//
//   dotnet run -- --Kith:StateDirectory=/tmp/a                                               prints an invite, and answers
//   dotnet run -- --Kith:StateDirectory=/tmp/b --Kith:DeviceName=b --Kith:Join=INVITE --to=DEVICE      says what you type, prints the answers
using Kith.Node;
using Microsoft.Extensions.Configuration;

IConfiguration configuration = new ConfigurationBuilder().AddCommandLine(args).Build();
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

await using KithNode node = await KithNode.StartAsync(new KithNodeOptions().Apply(configuration.GetSection("Kith")), cancellationToken: stop.Token);
if (configuration["to"] is { } device)
{
    await using KithStream stream = await node.DialAsync(device, "sample/shout", stop.Token);
    using StreamReader answers = new(stream);
    await using StreamWriter words = new(stream) { AutoFlush = true };
    while (await Console.In.ReadLineAsync(stop.Token) is { } line)
    {
        await words.WriteLineAsync(line.AsMemory(), stop.Token);
        Console.WriteLine($"{stream.Peer.Name}: {await answers.ReadLineAsync(stop.Token)}");
    }

    return;
}

KithInvite invite = await node.CreateInviteAsync(new KithInviteOptions { Uses = 10 }, stop.Token);
await using KithListener listener = await node.ListenAsync("sample/shout", stop.Token);
Console.WriteLine($"port: {node.Port}");
Console.WriteLine($"invite: {invite.Text}");
try
{
    await foreach (KithStream stream in listener.AcceptAllAsync(stop.Token))
    {
        _ = AnswerAsync(stream);
    }
}
catch (OperationCanceledException)
{
    // Ctrl-C.
}

static async Task AnswerAsync(KithStream stream)
{
    await using (stream)
    {
        Console.WriteLine($"{stream.Peer.Name} ({stream.Peer.Role}) is here");
        using StreamReader words = new(stream);
        await using StreamWriter answers = new(stream) { AutoFlush = true };
        while (await words.ReadLineAsync() is { } line)
        {
            await answers.WriteLineAsync(line.ToUpperInvariant());
        }
    }
}
