using System.Text.Json.Serialization;

namespace Kith.Apps.Sending;

/// <summary>What can happen on the way. The names are those of `--json`.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransferEventKind>))]
public enum TransferEventKind
{
    /// <summary>The device is not online; it is waited for.</summary>
    [JsonStringEnumMemberName("waitingForDevice")]
    WaitingForDevice,

    /// <summary>The device is there, and nobody receives on it; that is waited for.</summary>
    [JsonStringEnumMemberName("waitingForReceiver")]
    WaitingForReceiver,

    /// <summary>The node of this device was stopped; it is waited for.</summary>
    [JsonStringEnumMemberName("waitingForNode")]
    WaitingForNode,

    /// <summary>Somebody at the receiver is being asked.</summary>
    [JsonStringEnumMemberName("asking")]
    Asking,

    /// <summary>The receiver has taken it: it begins, or goes on.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>The link was lost; it is being tried again.</summary>
    [JsonStringEnumMemberName("linkLost")]
    LinkLost,

    /// <summary>A file was received.</summary>
    [JsonStringEnumMemberName("received")]
    Received,

    /// <summary>The same file was there already.</summary>
    [JsonStringEnumMemberName("identical")]
    Identical,

    /// <summary>The receiver kept another file of that name.</summary>
    [JsonStringEnumMemberName("kept")]
    Kept,

    /// <summary>A file could not be had, sent or written, or is not of a kind that is sent.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Something that is never sent was left out: a link that leads elsewhere, a device, an unfinished file.</summary>
    [JsonStringEnumMemberName("leftOut")]
    LeftOut,

    /// <summary>How far it is.</summary>
    [JsonStringEnumMemberName("progress")]
    Progress,

    /// <summary>The transfer is complete.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>The transfer ended before it was complete.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Whoever sits here stopped it before it was complete.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>The receiver is ready.</summary>
    [JsonStringEnumMemberName("ready")]
    Ready,
}
