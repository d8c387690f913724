using Kith.Protocol.Identity;
using Kith.Protocol.Wire;
using Kith.Simulator.Net;
using Kith.Simulator.Nodes;

namespace Kith.Simulator.Checks;

/// <summary>
/// A stranger on the LAN of four nodes hears everything and sends noise, replays and forgeries for two minutes, then a flood. It is never answered, except with cookies under load; nobody
/// takes it for a member's new address; and the members go on seeing each other, through handshakes that are due meanwhile.
/// </summary>
internal sealed class StrangersGetSilence : ISimCheck
{
    private const int Nodes = 4;

    /// <summary>What the nodes may hold more after the flood than before.</summary>
    private const long GrowthBytesMax = 16 * 1024 * 1024;

    public string Name => "strangers-get-silence";

    public void Run(Simulation simulation)
    {
        NodeWorld world = new(simulation);
        SimSegment lan = simulation.Network.AddSegment();
        SimMachine[] machines = [.. Enumerable.Range(0, Nodes).Select(_ => world.Add(lan))];
        SimMachine mallory = simulation.AddMachine("mallory");
        SimNetwork.Attach(mallory, lan, 66);
        InternetEndpoint[] targets = [.. machines.SelectMany(machine => new[] { machine.Interfaces[0].V4, machine.Interfaces[0].V6 }).Select(address => new InternetEndpoint(address, SimMachine.DataPort))];
        StrangerHost stranger = new(simulation.Random.Fork("stranger"), targets);
        simulation.Start(mallory, stranger);

        world.Found(machines[0]);
        InviteLine invite = world.Invite(machines[0], uses: Nodes - 1);
        foreach (SimMachine machine in machines[1..])
        {
            world.Join(machine, invite);
        }

        world.Await(() => world.HaveConverged(machines, Nodes) && world.AreAllOnline(machines), TimeSpan.FromSeconds(60), "four nodes see each other");
        simulation.RunFor(TimeSpan.FromSeconds(5));

        // From here on every handshake reaches whom it is for. One that nobody has taken yet would prove a key whoever delivers it, and be answered.
        simulation.Network.Tap = (sender, datagram) =>
        {
            if (sender != mallory)
            {
                stranger.Overhear(simulation.Clock.Now, datagram);
            }
        };
        long before = GC.GetTotalMemory(forceFullCollection: true);
        stranger.IsActive = true;
        for (int second = 0; second < 150; second++)
        {
            simulation.RunFor(TimeSpan.FromSeconds(1));
            SimFailure.Unless(world.AreAllOnline(machines), $"a member is lost after {second} s of a stranger's noise");
        }

        stranger.Interval = TimeSpan.FromMilliseconds(0.1);
        stranger.RepeatsHandshakes = true;
        simulation.RunFor(TimeSpan.FromSeconds(5));
        SimFailure.Unless(world.AreAllOnline(machines), "a member is lost in a flood");
        stranger.IsActive = false;
        simulation.RunFor(TimeSpan.FromSeconds(5));
        long growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        simulation.Note($"{stranger.Sent} datagrams sent, {stranger.Cookies} cookies");
        SimFailure.Unless(stranger.Sent > 100_000, "the stranger hardly sent anything");
        SimFailure.Unless(stranger.Answers.Count == 0, $"the stranger was answered {stranger.Answers.Count} times, first with {Convert.ToHexStringLower(stranger.Answers.FirstOrDefault() ?? [])}");
        SimFailure.Unless(stranger.Cookies > 0, "the flood was no load");
        SimFailure.Unless(growth < GrowthBytesMax, $"the nodes hold {growth} bytes more after the noise than before");
        SimFailure.Unless(world.HaveConverged(machines, Nodes), "the noise changed a state");
    }
}
