using System.IO.Pipelines;
using BleepStore.Storage.Engine.Puts;

namespace BleepStore.Storage.Tests.Engine.Puts;

public class PipeWriteStreamTests
{
    [Test]
    public async Task The_pipe_is_not_completed_while_a_write_fills_its_memory([Values] bool synchronous)
    {
        var pipe = new NotingPipe();
        var stream = new PipeWriteStream(pipe, static () => Task.CompletedTask);
        pipe.Filling = () => stream.Abandon(new OperationCanceledException());

        if (synchronous)
        {
            stream.Write(new byte[10]);
        }
        else
        {
            await stream.WriteAsync(new byte[10]);
        }

        Assert.That(pipe.Calls, Is.EqualTo(new[] { "fill", "advance", "flush", "complete" }));
    }

    [Test]
    public void No_write_begins_after_the_close_and_no_close_succeeds_during_a_write()
    {
        var pipe = new NotingPipe();
        var stream = new PipeWriteStream(pipe, static () => Task.CompletedTask);
        var closed = new List<bool>();
        pipe.Filling = () => closed.Add(stream.TryClose());

        stream.Write(new byte[10]);
        closed.Add(stream.TryClose());
        closed.Add(stream.TryClose());

        Assert.That(closed, Is.EqualTo(new[] { false, true, false }));
        Assert.That(
            () => stream.Write(new byte[10]), Throws.InvalidOperationException.With.Message.Contains("already committed or discarded"));
        Assert.That(pipe.Calls, Has.Exactly(1).EqualTo("fill"));
    }

    private sealed class NotingPipe : PipeWriter
    {
        public List<string> Calls { get; } = [];

        public Action Filling { get; set; } = static () => { };

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            Calls.Add("fill");
            Filling();
            return new byte[4096];
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => Calls.Add("advance");

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Calls.Add("flush");
            return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null) => Calls.Add("complete");
    }
}
