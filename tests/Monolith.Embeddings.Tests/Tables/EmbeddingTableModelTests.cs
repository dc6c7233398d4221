using FsCheck;
using FsCheck.Fluent;

namespace Monolith.Embeddings.Tests.Tables;

public class EmbeddingTableModelTests
{
    [Test]
    public void Any_calls_have_the_answers_of_a_dictionary(
        [Values(1, 2, 64)] int stripes, [Values(0, 1, 4)] int occurrences, [Values] bool expires)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(80);
        Prop.ForAll(Actions(), actions =>
        {
            using var comparison = new ModelComparison(stripes, occurrences, expires, poolSize: 30);
            foreach (var action in actions) comparison.Do(action);
            comparison.AssertEqual();
        }).Check(config);
    }

    [Test]
    public void Many_rows_have_the_answers_of_a_dictionary_while_they_grow_and_shrink([Values(1, 8)] int stripes, [Values(0, 3)] int occurrences)
    {
        var random = new Random(13);
        using var comparison = new ModelComparison(stripes, occurrences, expires: true, poolSize: 20_000);
        for (var i = 0; i < 150; i++)
        {
            // Growing for two thirds, then mostly removing.
            var verb = i == 120 ? TableVerb.Evict : i < 100 ? (TableVerb)random.Next((int)TableVerb.Evict) : TableVerb.Remove;
            comparison.Do(new TableAction(verb, random.Next(), random.Next(3000)));
        }
        comparison.AssertEqual();
    }

    private static Arbitrary<TableAction[]> Actions()
    {
        // Clear and Evict are rarer, or a table would never hold much.
        var verb = Gen.Frequency(
            (20, Gen.Elements(Enum.GetValues<TableVerb>()[..(int)TableVerb.Evict])), (3, Gen.Constant(TableVerb.Evict)), (1, Gen.Constant(TableVerb.Clear)));
        var action = verb.SelectMany(v => Gen.Choose(0, int.MaxValue), (v, seed) => (v, seed))
            .SelectMany(_ => Gen.Choose(0, 40), (pair, size) => new TableAction(pair.v, pair.seed, size));
        return Arb.From(action.ArrayOf(), Shorter);
    }

    // Drop one call, or halve what one carries.
    private static IEnumerable<TableAction[]> Shorter(TableAction[] actions)
    {
        for (var i = 0; i < actions.Length; i++) yield return [.. actions[..i], .. actions[(i + 1)..]];
        for (var i = 0; i < actions.Length; i++)
        {
            if (actions[i].Size > 0) yield return [.. actions[..i], actions[i] with { Size = actions[i].Size / 2 }, .. actions[(i + 1)..]];
        }
    }
}
