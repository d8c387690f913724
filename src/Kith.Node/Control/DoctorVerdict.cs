using System.Text.Json.Serialization;

namespace Kith.Node.Control;

/// <summary>How a checked thing is.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<DoctorVerdict>))]
public enum DoctorVerdict
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but less well than it could.</summary>
    Warn,

    /// <summary>Does not work.</summary>
    Fail,
}
