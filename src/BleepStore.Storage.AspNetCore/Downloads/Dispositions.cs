using Microsoft.Net.Http.Headers;

namespace BleepStore.Storage.AspNetCore.Downloads;

/// <summary>The header <c>Content-Disposition</c> of an answer.</summary>
internal static class Dispositions
{
    private const string Attachment = "attachment";

    /// <param name="stored">The object's own disposition.</param>
    /// <param name="type">The type of the answer.</param>
    /// <param name="options">The application's options.</param>
    public static string? Of(string? stored, ShownType type, ObjectResultOptions options)
    {
        if (options.ContentDisposition is not null)
        {
            return options.ContentDisposition;
        }

        if (options.DownloadFileName is not null)
        {
            return ContentDispositions.Attachment(options.DownloadFileName);
        }

        string? printable = ObjectHeaders.Printable(stored);
        if (type.IsInline)
        {
            return printable;
        }

        // Made anew, because browsers read malformed values differently.
        if (!ContentDispositionHeaderValue.TryParse(printable, out ContentDispositionHeaderValue? parsed))
        {
            return Attachment;
        }

        parsed.DispositionType = Attachment;
        return parsed.ToString();
    }
}
