using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Basics;

/// <summary>Prints the members of a record, except those that are null.</summary>
internal sealed class MemberPrinter
{
    private readonly StringBuilder _builder;

    /// <summary>Prints into the builder that a record passes to <c>PrintMembers</c>.</summary>
    public MemberPrinter(StringBuilder builder) => _builder = builder;

    /// <summary>Prints a whole record.</summary>
    /// <param name="record">The record's name.</param>
    public MemberPrinter(string record)
        : this(new StringBuilder(record).Append(" { "))
    {
    }

    public bool HasPrinted { get; private set; }

    public MemberPrinter Add(string name, object? value)
    {
        if (value is null)
        {
            return this;
        }

        _builder.Append(HasPrinted ? ", " : "").Append(name).Append(" = ");
        _builder.Append(TextOf(value));
        HasPrinted = true;
        return this;
    }

    /// <summary>The text of a value, on one line. Strings are hostile input.</summary>
    public static string? TextOf(object? value) => value switch
    {
        string text => Visible.Text(text),
        Exception error => Visible.Text(error.Message),
        DateTimeOffset instant => instant.ToString("O", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value?.ToString(),
    };

    /// <summary>Adds the text of a base record.</summary>
    public bool AddBase(Func<StringBuilder, bool> print)
    {
        var inherited = new StringBuilder();
        if (print(inherited))
        {
            _builder.Append(HasPrinted ? ", " : "").Append(inherited);
            HasPrinted = true;
        }

        return HasPrinted;
    }

    /// <summary>The record that the printer was made for.</summary>
    public override string ToString() => $"{_builder}{(HasPrinted ? " }" : "}")}";
}
