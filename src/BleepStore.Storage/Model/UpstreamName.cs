using BleepStore.Storage.Basics;

namespace BleepStore.Storage;

/// <summary>Where an object is upstream, in the words of the provider.</summary>
/// <param name="Container">The container of Azure, or the bucket of S3 or Google.</param>
/// <param name="Name">The name of the blob or object in it. It is not escaped for URLs.</param>
public readonly record struct UpstreamName(string Container, string Name)
{
    /// <summary>
    /// Returns the name in the form of messages, <c>container/name</c>. Characters that break a line or hide text are escaped, so the form
    /// cannot be parsed back.
    /// </summary>
    public override string ToString() => Visible.Text($"{Container}/{Name}");
}
