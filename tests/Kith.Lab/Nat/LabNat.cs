using System.Globalization;
using System.Net;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>A router that translates. Its rules can be replaced and what it remembers can be wiped while a scenario runs.</summary>
internal sealed class LabNat
{
    /// <summary>Life of a mapping where a scenario names none.</summary>
    public static readonly TimeSpan DefaultMappingLife = TimeSpan.FromSeconds(120);

    private NatOptions _options;

    /// <summary>Loads the rules into a router whose first interface is the outside.</summary>
    public LabNat(LabHost router, NatOptions options)
    {
        Router = router;
        _options = options;
        Load();
    }

    /// <summary>The machine.</summary>
    public LabHost Router { get; }

    /// <summary>Its outer IPv4 address; null without IPv4.</summary>
    public IPAddress? Outside => Router.Interfaces[0].IPv4;

    /// <summary>What it does. Setting it replaces the rules at once; what is tracked lives on until <see cref="Forget"/>.</summary>
    public NatOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            Load();
        }
    }

    /// <summary>Forgets all mappings, as a router that lost power for a moment.</summary>
    public void Forget()
    {
        Load();
        Router.Space.RunOnNetwork("conntrack", "-F");
    }

    private void Load()
    {
        Router.Space.Nft(NatRules.Of(_options, Outside));

        // Whatever was loaded before rules that track is unknown to them; and the kernel's own life of a mapping is the home router's.
        string life = ((int)(_options.MappingLife ?? DefaultMappingLife).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        Router.Space.RunOnNetwork(
            "sh", "-c", $"for name in udp_timeout udp_timeout_stream; do echo {life} > /proc/sys/net/netfilter/nf_conntrack_$name; done");
    }
}
