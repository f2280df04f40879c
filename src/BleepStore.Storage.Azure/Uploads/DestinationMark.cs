using BleepStore.Storage.Backends;

namespace BleepStore.Storage.Azure.Uploads;

/// <summary>
/// What was at the destination before an upload was published, kept with its private blob from the commit on. Whoever finds it later can
/// tell whether the destination is still untouched.
/// </summary>
/// <param name="Text">The revision, or what stands for one.</param>
internal readonly record struct DestinationMark(string Text)
{
    /// <summary>Nobody has looked: the upload is one of a single call, which nobody takes up again.</summary>
    public static DestinationMark Unknown { get; } = new("unknown");

    private static DestinationMark Absent { get; } = new("absent");

    public static DestinationMark Of(StoredObject? current) => current is null ? Absent : new DestinationMark(current.Properties.Revision);
}
