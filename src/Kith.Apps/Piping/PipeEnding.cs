using System.Text.Json.Serialization;
using Kith.Node.Control;

namespace Kith.Apps.Piping;

/// <summary>How a pipe ended.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<PipeEnding>))]
public enum PipeEnding
{
    /// <summary>Both sides said everything, and all of it was written out.</summary>
    Complete,

    /// <summary>The connection broke, or the other program was ended.</summary>
    Lost,

    /// <summary>What comes from the other side can be written out no more here.</summary>
    OutputClosed,

    /// <summary>The other side can write out no more.</summary>
    OtherOutputClosed,

    /// <summary>The input here cannot be read.</summary>
    InputFailed,
}
