using System.Globalization;

namespace BleepStore.Storage.Aws.Wire;

/// <summary>
/// The facts about a request while it is sent, which only the pipeline knows. They are whether an earlier attempt may have taken effect,
/// and when the server answered.
/// </summary>
internal sealed class Sending
{
    private static readonly AsyncLocal<Sending?> Current = new();

    private object? _request;
    private volatile bool _mayHaveLandedBefore;

    /// <summary>Whether an attempt before the last one may have taken effect.</summary>
    public bool MayHaveLandedBefore => _mayHaveLandedBefore;

    /// <summary>The server's own time of the answer, when it gave one.</summary>
    public DateTimeOffset? AnsweredAt { get; private set; }

    /// <summary>Whether the last attempt may have taken effect. It counts only when another one follows.</summary>
    private bool MayHaveLanded { get; set; }

    /// <summary>Has the requests that this call sends from now on observed.</summary>
    public static Sending Observe() => Current.Value = new Sending();

    /// <summary>
    /// Records that a request is sent. The first request is the observed one. While its body is read, other requests can be sent on its
    /// behalf, if the bytes also come from S3.
    /// </summary>
    public static void NoteAttempt(object request)
    {
        if (Current.Value is { } sending && ReferenceEquals(sending._request ??= request, request))
        {
            sending._mayHaveLandedBefore |= sending.MayHaveLanded;
            sending.MayHaveLanded = true;
        }
    }

    /// <summary>Records that an attempt cannot have taken effect, because it was refused or never sent.</summary>
    public static void NoteRefusal(object request)
    {
        if (Current.Value is { } sending && ReferenceEquals(sending._request, request))
        {
            sending.MayHaveLanded = false;
        }
    }

    /// <summary>
    /// Reads the one format that HTTP still has ("HTTP Semantics", RFC 9110, section 5.6.7). Finding out the format of each date would cost
    /// more than all else here.
    /// </summary>
    public static bool TryReadDate(string? date, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(date, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out at);

    /// <summary>Notes the <c>Date</c> of a request's answer.</summary>
    public static void NoteAnswer(object request, string? date)
    {
        if (Current.Value is { } sending && ReferenceEquals(sending._request, request)
            && TryReadDate(date, out DateTimeOffset at))
        {
            sending.AnsweredAt = at;
        }
    }
}
