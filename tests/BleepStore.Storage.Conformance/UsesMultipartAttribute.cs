namespace BleepStore.Storage.Conformance;

/// <summary>
/// Marks tests that begin a multipart upload. On a backend without multipart uploads they must fail with
/// <see cref="StorageErrorCode.NotSupported"/> (<see cref="StorageCapabilities.SupportsMultipart"/>).
/// </summary>
/// <param name="argument">The argument of the cases that do. By default all cases do.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class UsesMultipartAttribute(string? argument = null) : Attribute
{
    /// <summary>Whether a case with these arguments begins a multipart upload.</summary>
    public bool IsUsedBy(object?[] arguments) => argument is null || arguments.Any(given => given?.ToString() == argument);
}
