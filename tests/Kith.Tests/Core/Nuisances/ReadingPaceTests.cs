using Kith.Protocol.Core;
using Kith.Protocol.Core.Control;
using Kith.Protocol.Core.Nuisances;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;
using Kith.Tests.Netstack;

namespace Kith.Tests.Core.Nuisances;

/// <summary>Who reads a byte a second is noticed, and holds no more than a stream may hold.</summary>
public sealed class ReadingPaceTests
{
    [Fact]
    public void a_reader_of_one_byte_a_second_is_too_slow_after_its_time_and_one_that_reads_is_not()
    {
        Assert.True(IsFoundTooSlow(1, out int queued));
        Assert.InRange(queued, ControlConstants.QueuedBytesMax, ControlConstants.QueuedBytesMax + 10_005);
        Assert.False(IsFoundTooSlow(100_000, out _));
    }

    private static bool IsFoundTooSlow(int bytesPerSecond, out int queued)
    {
        NetworkStackOptions small = new() { SendBufferBytesMax = 256 << 10 };
        StackPair pair = new(client: small);
        TcpListener listener = pair.Server.Listen(InternetAddress.None, 80, 10);
        TcpConnection connection = pair.Client.Connect(pair.Now, StackPair.ClientV6, new InternetEndpoint(StackPair.ServerV6, 80));
        pair.Run(TimeSpan.FromSeconds(1));
        TcpConnection reader = pair.Server.FindConnections(found => found.Listener == listener)[0];
        ControlStream stream = new(connection);
        ReadingPace pace = new();
        byte[] body = new byte[10_000];
        byte[] buffer = new byte[bytesPerSecond];
        int seconds = 0;
        bool found = false;
        for (; seconds < 90 && !found; seconds++)
        {
            while (stream.CanProduce)
            {
                stream.Write(pair.Now, ControlMessageType.Links, body);
            }

            reader.Receive(pair.Now, buffer);
            pair.Run(TimeSpan.FromSeconds(1));
            stream.Flush(pair.Now);
            found = pace.IsTooSlow(pair.Now, stream);
        }

        queued = stream.QueuedBytes;
        Assert.True(!found || seconds >= NuisanceLimits.ReadingTime.TotalSeconds);
        return found;
    }
}
