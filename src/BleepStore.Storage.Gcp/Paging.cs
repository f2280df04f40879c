namespace BleepStore.Storage.Gcp;

/// <summary>Goes from page to page.</summary>
internal static class Paging
{
    /// <summary>The token of the next page.</summary>
    /// <param name="current">The token of this page; <see langword="null"/> for the first.</param>
    /// <param name="next">What this page says.</param>
    /// <returns><see langword="null"/>: this page was the last.</returns>
    /// <exception cref="StorageException">
    /// <see cref="StorageErrorCode.InternalError"/>: the page leads to itself, which would never end.
    /// </exception>
    public static string? Next(string? current, string? next) => string.IsNullOrEmpty(next) ? null
        : next != current ? next
        : throw new StorageException(
            StorageErrorCode.InternalError,
            "The listing leads from a page to the same page. Check what answers at the address of the service.");
}
