using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;

namespace BleepStore.Storage.Tests.Support;

/// <summary>Properties with a fixed seed, so that a run can be repeated.</summary>
internal static class Law
{
    private static readonly Config Repeatable = Config.QuickThrowOnFailure
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(20261122, 7919), null)))
        .WithQuietOnSuccess(true);

    public static void Holds<T>(Gen<T> values, Func<T, bool> property, int times = 1000) =>
        Check.One(Repeatable.WithMaxTest(times), Prop.ForAll(values.ToArbitrary(), property));

    /// <summary>Texts of characters, pairs and phrases out of an alphabet that is meant to hurt.</summary>
    public static Gen<string> Text(int least, params string[] alphabet) =>
        from length in Gen.Choose(least, 12)
        from pieces in Gen.ArrayOf(Gen.Elements(alphabet), length)
        select string.Concat(pieces);
}
