using Kith.Lab.Harness;

namespace Kith.Lab.Dht;

/// <summary>What the lab of the DHT needs of the machine, and the scripts that drive other people's nodes.</summary>
internal static class DhtRequirements
{
    /// <summary>Skips the running test where something is missing.</summary>
    public static void Require()
    {
        LabMachine.Require([.. DhtSwarm.Tools]);
        Assert.SkipWhen(LabMachine.FindNpm() is null, "bittorrent-dht is not installed; ./test installs it");
        Assert.SkipUnless(LabCommandSucceeds("/usr/bin/python3", "-c", "import libtorrent"), "python3-libtorrent is not installed; ./test installs it");
    }

    /// <summary>The text of a script that is part of this program.</summary>
    public static string ReadScript(string name)
    {
        using Stream stream = typeof(DhtRequirements).Assembly.GetManifestResourceStream($"Kith.Lab.Dht.Scripts.{name}") ?? throw new LabException($"no script {name}");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    private static bool LabCommandSucceeds(params string[] arguments) =>
        Task.Run(() => LabCommand.RunAsync(arguments, arguments[0])).GetAwaiter().GetResult().Succeeded;
}
