using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>All streams of a world.</summary>
internal sealed class SwarmStreams(NodeWorld world)
{
    private readonly Dictionary<int, SwarmStream> _streams = [];
    private readonly List<SwarmStream> _open = [];

    /// <summary>All streams, in the order in which they were opened.</summary>
    public IReadOnlyCollection<SwarmStream> All => _streams.Values;

    /// <summary>Opens a stream; null if the client's node does not run or does not know the server.</summary>
    public SwarmStream? Open(SimMachine client, SimMachine server, int length, bool isSlow, bool mustComplete)
    {
        if ((client.Host as SimNode)?.Application is not SwarmApplication application || !client.IsRunning)
        {
            return null;
        }

        SwarmStream stream = new(_streams.Count + 1, client, server, Math.Max(SwarmEnd.HeadBytes, length), isSlow, mustComplete);
        bool isOpen = false;
        world.Do(client, (_, now) => isOpen = application.TryOpen(now, stream));
        if (!isOpen)
        {
            return null;
        }

        world.Simulation.Note($"{client} opens stream {stream.Number} of {stream.Length} bytes to {server}");
        _streams[stream.Number] = stream;
        _open.Add(stream);
        return stream;
    }

    /// <summary>A stream has come to a server.</summary>
    public SwarmStream Come(int number, SwarmApplication application)
    {
        if (!_streams.TryGetValue(number, out SwarmStream? stream))
        {
            throw new SimFailure($"a stream with the number {number} came to {application.Machine}, which nobody opened");
        }

        SimFailure.Unless(stream.Server == application.Machine, $"{stream} came to {application.Machine}");
        SimFailure.Unless(stream.ServerFate == SwarmStreamFate.Unknown, $"{stream} came twice");
        SimFailure.Unless(world.Log(application.Machine)?.State.IsRevoked(world.Id(stream.Client)) != true, $"{stream} was taken though {stream.Server} knows that {stream.Client} is revoked");
        stream.ServerFate = SwarmStreamFate.Open;
        return stream;
    }

    /// <summary>How many are under way.</summary>
    public IReadOnlyList<SwarmStream> StillOpen()
    {
        _open.RemoveAll(stream => stream.IsOver);
        return _open;
    }
}
