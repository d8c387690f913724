using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Stun;

/// <summary>The end of one question.</summary>
/// <param name="Purpose">What it was to find out.</param>
/// <param name="Target">Where it was sent.</param>
/// <param name="Mapped">Where the server saw us; null if nothing came back, and for <see cref="StunPurpose.Hairpin"/>.</param>
/// <param name="Other">The server's second address and port, if it told one.</param>
/// <param name="IsAnswered">Whether anything of use came back in time.</param>
/// <param name="Sent">When it was first sent; no two questions have the same instant, so that the order in which translators saw them is known.</param>
public readonly record struct StunEvent(StunPurpose Purpose, InternetEndpoint Target, InternetEndpoint? Mapped, InternetEndpoint? Other, bool IsAnswered, Instant Sent);
