using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Outgoing;

/// <summary>One step of a walk through the sources.</summary>
/// <param name="Kind">What was come by.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Shown">Its path from the root on, for people.</param>
/// <param name="Details">Size, time and permissions.</param>
/// <param name="Text">A link's target, or why something is not sent.</param>
internal readonly record struct SourceItem(SourceItemKind Kind, string Path, string Name, string Shown, EntryDetails Details, string Text = "");
