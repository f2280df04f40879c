namespace BleepStore.Storage;

/// <summary>The one request that a presigned URL allows.</summary>
public enum PresignMethod
{
    /// <summary>Reads the object, or a range of it: <c>GET</c>.</summary>
    Get,

    /// <summary>Stores the object: <c>PUT</c>.</summary>
    Put,

    /// <summary>Reads the properties: <c>HEAD</c>.</summary>
    Head,

    /// <summary>Deletes the object: <c>DELETE</c>.</summary>
    Delete,
}
