using System.Diagnostics;

namespace Kith.Node;

/// <summary>The names under which a node can be watched; docs/LIBRARY.md lists every instrument, span and attribute.</summary>
public static class KithTelemetry
{
    /// <summary>The meter: for OpenTelemetry <c>AddMeter(KithTelemetry.MeterName)</c>.</summary>
    public const string MeterName = "Kith";

    /// <summary>The source of spans: for OpenTelemetry <c>AddSource(KithTelemetry.ActivitySourceName)</c>.</summary>
    public const string ActivitySourceName = "Kith";

    internal static ActivitySource Source { get; } = new(ActivitySourceName, Control.KithVersion.Text);

    internal static void Describe(Activity activity, KithPeer peer)
    {
        activity.SetTag("kith.peer.id", peer.Id.ToString());
        activity.SetTag("kith.peer.name", peer.Name);
        activity.SetTag("kith.network.name", peer.NetworkName);
    }
}
