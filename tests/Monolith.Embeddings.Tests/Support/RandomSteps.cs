using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using NUnit.Framework.Internal;

namespace Monolith.Embeddings.Tests.Support;

/// <summary>
/// Checks properties over random sequences of steps. A failure prints the shortest list of steps that FsCheck found and "Replay directly at
/// failing step with (A,B,S)"; to run that one again, set MONOLITH_REPLAY to A,B,S.
/// </summary>
internal static class RandomSteps
{
    /// <summary>Checks that <paramref name="holds"/> passes for lists of up to <paramref name="longest"/> steps.</summary>
    public static void Check<TStep>(Gen<TStep> step, Func<TStep, IEnumerable<TStep>> smaller, int tests, int longest, Action<TStep[]> holds)
    {
        var steps = Arb.From(step.ArrayOf(), list => Shorter(list, smaller));
        Prop.ForAll(steps, HoldsAlone).Check(Replayed(Config.QuickThrowOnFailure.WithMaxTest(tests).WithEndSize(longest)));

        // NUnit would report the failure of every list on the way to the shortest one.
        void HoldsAlone(TStep[] list)
        {
            using var isolated = new TestExecutionContext.IsolatedContext();
            holds(list);
        }
    }

    private static Config Replayed(Config config)
    {
        if (Environment.GetEnvironmentVariable("MONOLITH_REPLAY") is not { Length: > 0 } given) return config;
        var parts = given.Trim('(', ')').Split(',').Select(ulong.Parse).ToArray();
        var replay = new Replay(new Rnd(parts[0], parts[1]), FSharpOption<int>.Some((int)parts[2]));
        return config.WithMaxTest(1).WithReplay(FSharpOption<Replay>.Some(replay));
    }

    // Drop halves, then single steps, then make single steps smaller.
    private static IEnumerable<TStep[]> Shorter<TStep>(TStep[] steps, Func<TStep, IEnumerable<TStep>> smaller)
    {
        for (var length = steps.Length / 2; length > 0; length /= 2)
        {
            for (var i = 0; i + length <= steps.Length; i += length) yield return [.. steps[..i], .. steps[(i + length)..]];
        }
        for (var i = 0; i < steps.Length; i++)
        {
            foreach (var step in smaller(steps[i])) yield return [.. steps[..i], step, .. steps[(i + 1)..]];
        }
    }
}
