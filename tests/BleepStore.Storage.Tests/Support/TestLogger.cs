using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.Tests.Support;

/// <summary>Keeps every line, formatted and with its values.</summary>
internal sealed class TestLogger : ILogger, ILoggerFactory
{
    public ConcurrentQueue<Line> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        IEnumerable<KeyValuePair<string, object?>> values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
        Lines.Enqueue(new Line(
            logLevel,
            eventId.Id,
            formatter(state, exception),
            exception,
            values.ToDictionary(static value => value.Key, static value => value.Value)));
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    public sealed record Line(LogLevel Level, int EventId, string Text, Exception? Exception, IReadOnlyDictionary<string, object?> Values)
    {
        public string Everything => $"{Text} {Exception} {string.Join(' ', Values.Values)}";
    }
}
