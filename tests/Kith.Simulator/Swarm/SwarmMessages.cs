using Kith.Protocol.Identity;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Swarm;

/// <summary>Single datagrams between nodes: each arrives once at most, as it was, from whom it says, at whom it is for.</summary>
internal sealed class SwarmMessages(NodeWorld world)
{
    private const int LengthMax = 1200;

    private readonly List<(SimMachine From, SimMachine To, TimeSpan At, bool HasCome)> _sent = [];
    private readonly Dictionary<(SimMachine From, SimMachine To), TimeSpan> _heard = [];

    /// <summary>How many were sent.</summary>
    public int Sent => _sent.Count;

    /// <summary>How many came.</summary>
    public int Arrived { get; private set; }

    /// <summary>Sends one, if the sender's node runs.</summary>
    public void Send(SimMachine from, SimMachine to, SeededRandom random)
    {
        int length = random.Happens(0.1) ? 4 + random.NextBelow(LengthMax - 4) : 40;
        if ((from.Host as SimNode)?.Application is SwarmApplication application && from.IsRunning)
        {
            _sent.Add((from, to, world.Simulation.Clock.Elapsed, false));
            int number = _sent.Count;
            world.Do(from, (_, _) => application.SendMessage(number, to, length));
        }
    }

    /// <summary>One has come.</summary>
    public void Came(int number, SimMachine machine, NodeId? from)
    {
        SimFailure.Unless(number > 0 && number <= _sent.Count, $"{machine} got message {number}, which nobody sent");
        (SimMachine sender, SimMachine receiver, TimeSpan at, bool hasCome) = _sent[number - 1];
        SimFailure.Unless(receiver == machine, $"message {number} for {receiver} came to {machine}");
        SimFailure.Unless(!hasCome, $"message {number} came to {machine} twice");
        SimFailure.Unless(from is null || from == world.Id(sender), $"message {number} of {sender} came to {machine} as if from another");
        SimFailure.Unless(world.Log(machine)?.State.IsRevoked(world.Id(sender)) != true, $"message {number} of {sender} was taken by {machine}, which knows that it is revoked");
        _sent[number - 1] = (sender, receiver, at, true);
        Arrived++;
        if (_heard.GetValueOrDefault((sender, receiver)) < at)
        {
            _heard[(sender, receiver)] = at;
        }
    }

    /// <summary>Whether something came from one to the other that was sent since a time.</summary>
    public bool CarriesSince(SimMachine from, SimMachine to, TimeSpan time) => _heard.GetValueOrDefault((from, to), TimeSpan.MinValue) >= time;
}
