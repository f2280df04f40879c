namespace BleepStore.Storage.Conformance.Support;

/// <summary>Kinds of sources that can seek.</summary>
public enum SourceKind
{
    /// <summary>A <see cref="MemoryStream"/>.</summary>
    Memory,

    /// <summary>A <see cref="FileStream"/>.</summary>
    File,

    /// <summary>A stream of another type, in which it can be dear to seek.</summary>
    Other,
}
