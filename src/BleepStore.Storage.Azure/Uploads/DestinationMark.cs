using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// The object at the destination before an upload was published. The private blob keeps this mark from the commit on. A later process can
/// see by the mark whether the destination has changed.
/// </summary>
/// <param name="Text">The revision, or a text that stands for it.</param>
internal readonly record struct DestinationMark(string Text)
{
    /// <summary>The destination was not read. The upload belongs to a single call, which no other process continues.</summary>
    public static DestinationMark Unknown { get; } = new("unknown");

    private static DestinationMark Absent { get; } = new("absent");

    public static DestinationMark Of(StoredObject? current) => current is null ? Absent : new DestinationMark(current.Properties.Revision);
}
