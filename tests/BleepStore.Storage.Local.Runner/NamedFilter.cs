using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace BleepStore.Storage.Local.Runner;

/// <summary>Runs the tests whose full names have one of some texts in them. Without texts it runs all.</summary>
internal sealed class NamedFilter(string[] texts) : TestFilter
{
    public override bool Match(ITest test) =>
        texts.Length == 0 || Array.Exists(texts, text => test.FullName.Contains(text, StringComparison.Ordinal));

    public override TNode AddToXml(TNode parentNode, bool recursive) => parentNode.AddElement("filter");
}
