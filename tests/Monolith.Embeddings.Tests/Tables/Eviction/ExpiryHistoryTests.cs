using FsCheck.Fluent;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Eviction;

/// <summary>
/// Over any history of verbs, passes, slices and cancellations: nothing expired is ever read again, and nothing live is ever lost.
/// </summary>
public class ExpiryHistoryTests : LeakChecked
{
    [Test, Pairwise]
    public void A_pass_kills_at_its_start_and_nobody_else(
        [Values] ExpiryKind kind, [Values(1, 4, 64)] int stripes, [Values] RowPrecision precision,
        [Values] bool isFiltered, [Values] bool isLimited, [Values] bool isShortOfNumbers)
    {
        var settings = new ExpirySettings(kind, stripes, precision, isFiltered, isLimited, isShortOfNumbers);
        var verb = Gen.Frequency((6, Gen.Choose(0, 4)), (2, Gen.Choose(5, 9)));
        var step = verb.SelectMany(v => Gen.Choose(0, int.MaxValue), (v, seed) => new ExpiryStep(v, seed));
        RandomSteps.Check(step, _ => [], tests: 30, longest: 60, steps =>
        {
            using var history = new ExpiryHistory(settings);
            foreach (var s in steps) history.Do(s);
            history.Finish();
        });
    }
}
