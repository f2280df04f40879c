using BleepStore.Storage.Backends;
using BleepStore.Storage.Backends.Toolkit;

namespace BleepStore.Storage.Decorators.Timeouts;

/// <summary>A large object whose requests each have a timer.</summary>
/// <param name="inner">The write underneath.</param>
/// <param name="timers">Starts the timers.</param>
internal sealed class TimedWrite(PartedWrite inner, RequestTimers timers) : PartedWrite
{
    public override bool CanRepeatCompletion => inner.CanRepeatCompletion;

    public override Task<PartInfo> SendAsync(int partNumber, StorageBody body, CancellationToken cancellationToken)
    {
        RequestTimer timer = timers.Start(cancellationToken);
        var timed = new TimedBody(body, timer);
        return RequestTimers.RunAsync(
            timer,
            isWrite: true,
            timed,
            inner,
            (Number: partNumber, Body: timed),
            static (inner, part, token) => inner.SendAsync(part.Number, part.Body, token));
    }

    public override Task<PartInfo> CopyAsync(
        int partNumber, ObjectAddress source, ObjectProperties sourceProperties, ContentRange range, CancellationToken cancellationToken) =>
        RequestTimers.RunAsync(
            timers.StartServerWork(cancellationToken),
            isWrite: true,
            body: null,
            inner,
            (Number: partNumber, Source: source, Properties: sourceProperties, Range: range),
            static (inner, part, token) => inner.CopyAsync(part.Number, part.Source, part.Properties, part.Range, token));

    public override Task<ObjectProperties> CompleteAsync(
        IReadOnlyList<PartInfo> parts, WriteCondition condition, CancellationToken cancellationToken) =>
        RequestTimers.RunAsync(
            timers.StartServerWork(cancellationToken),
            isWrite: true,
            body: null,
            inner,
            (Parts: parts, Condition: condition),
            static (inner, write, token) => inner.CompleteAsync(write.Parts, write.Condition, token));

    public override Task AbortAsync(CancellationToken cancellationToken) => RequestTimers.RunAsync(
        timers.Start(cancellationToken),
        isWrite: true,
        body: null,
        inner,
        true,
        static async (inner, done, token) =>
        {
            await inner.AbortAsync(token).ConfigureAwait(false);
            return done;
        });
}
