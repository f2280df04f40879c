using System.Globalization;
using System.Text;

namespace BleepStore.Storage.Values;

/// <summary>Prints the members of a record that say something: those that are null are left out.</summary>
internal sealed class MemberPrinter(StringBuilder builder)
{
    private bool _hasPrinted;

    public bool HasPrinted => _hasPrinted;

    public MemberPrinter Add(string name, object? value)
    {
        if (value is null)
        {
            return this;
        }

        builder.Append(_hasPrinted ? ", " : "").Append(name).Append(" = ");
        _ = value is DateTimeOffset instant
            ? builder.Append(instant.ToString("O", CultureInfo.InvariantCulture))
            : builder.Append(CultureInfo.InvariantCulture, $"{value}");
        _hasPrinted = true;
        return this;
    }

    /// <summary>Adds what a base record prints.</summary>
    public bool AddBase(Func<StringBuilder, bool> print)
    {
        var inherited = new StringBuilder();
        if (print(inherited))
        {
            builder.Append(_hasPrinted ? ", " : "").Append(inherited);
            _hasPrinted = true;
        }

        return _hasPrinted;
    }
}
