using System.Security.Cryptography;
using Kith.Apps.Sending.Streams;
using Kith.Apps.Sending.Wire;
using Kith.Protocol.Wire;
using Record = Kith.Apps.Sending.Streams.Record;

namespace Kith.Tests.Sending;

/// <summary>A member that says what it likes to a receiver.</summary>
internal sealed class HostileSender(Stream stream)
{
    private readonly RecordReader _reader = new(stream);

    /// <summary>Greets, and waits until it is let in.</summary>
    public static async Task<HostileSender> GreetAsync(MemoryNetwork network, CancellationToken cancellationToken)
    {
        HostileSender sender = new(await network.DialAsync("nas", "kith/send/1", cancellationToken));
        await sender.SayAsync(new HelloRecord(Bytes16.NewRandom(), 1, 1, 1, "x"));
        Assert.Equal(RecordKind.Answer, (await sender.HearAsync(cancellationToken)).Kind);
        return sender;
    }

    public Task SayAsync<T>(T record)
        where T : IRecordBody => SayAsync(record.Kind, WireSamples.Encoded(record));

    public async Task SayAsync(RecordKind kind, byte[] body)
    {
        byte[] whole = new byte[RecordHeader.Bytes + body.Length];
        new RecordHeader(kind, body.Length).Encode(whole);
        body.CopyTo(whole, RecordHeader.Bytes);
        await stream.WriteAsync(whole);
    }

    public Task SayWholeAsync(uint index, byte[] content)
    {
        byte[] body = new byte[WholeRecord.PrefixBytes + content.Length];
        new WholeRecord(index, new EntryDetails(content.Length, 0, 0x1A4), new Bytes32(SHA256.HashData(content))).Encode(body);
        content.CopyTo(body, WholeRecord.PrefixBytes);
        return SayAsync(RecordKind.Whole, body);
    }

    public ValueTask<Record> HearAsync(CancellationToken cancellationToken) => _reader.ReadAsync(cancellationToken);

    /// <summary>Hears until the receiver ends it, and returns why.</summary>
    public async Task<StopRecord?> HearStopAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Record record = await HearAsync(cancellationToken);
                if (record.Kind == RecordKind.Stop && StopRecord.TryDecode(record.Body.Span, out StopRecord? stop))
                {
                    return stop;
                }
            }
        }
        catch (IOException)
        {
            return null;
        }
    }
}
