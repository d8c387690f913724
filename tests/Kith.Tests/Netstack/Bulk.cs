using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>Much data over one connection, read as it comes.</summary>
internal static class Bulk
{
    /// <summary>Sends so many bytes and returns the simulated seconds until the last has arrived.</summary>
    public static double Send(StackPair pair, TcpConnection from, TcpConnection to, long bytes)
    {
        byte[] data = new byte[65536];
        long sent = 0;
        long received = 0;
        Instant start = pair.Now;
        Instant limit = start + TimeSpan.FromMinutes(4);
        while (received < bytes)
        {
            while (sent < bytes && from.Send(pair.Now, data.AsSpan(0, (int)Math.Min(data.Length, bytes - sent))) is > 0 and int taken)
            {
                sent += taken;
            }

            int count;
            while ((count = to.Receive(pair.Now, data)) > 0)
            {
                received += count;
            }

            Assert.True(received >= bytes || pair.Step(limit), $"{received} bytes after four minutes");
        }

        return (pair.Now - start).TotalSeconds;
    }
}
