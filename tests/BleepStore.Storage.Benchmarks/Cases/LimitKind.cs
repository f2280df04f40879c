namespace BleepStore.Storage.Benchmarks.Cases;

/// <summary>The kind of a <see cref="Limit"/>.</summary>
internal enum LimitKind
{
    /// <summary>The median of the ratios of library to baseline.</summary>
    Ratio,

    /// <summary>The largest figure of the library alone.</summary>
    Figure,

    /// <summary>The library's median time per byte, in seconds.</summary>
    Rate,
}
