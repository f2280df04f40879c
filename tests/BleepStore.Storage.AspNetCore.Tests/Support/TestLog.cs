using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace BleepStore.Storage.AspNetCore.Tests.Support;

/// <summary>Keeps every line that an application logs.</summary>
internal sealed class TestLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = [];

    /// <summary>The lines that say that something is wrong with the application.</summary>
    public IEnumerable<string> Errors => _lines.Where(static line => line.Level >= LogLevel.Error).Select(static line => line.Text);

    /// <summary>The lines that an operator sees.</summary>
    public IEnumerable<string> Warnings => _lines.Where(static line => line.Level == LogLevel.Warning).Select(static line => line.Text);

    /// <summary>The lines that tell of what was expected.</summary>
    public IEnumerable<string> Information => _lines.Where(static line => line.Level == LogLevel.Information).Select(static line => line.Text);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));

    public void Dispose()
    {
    }
}
