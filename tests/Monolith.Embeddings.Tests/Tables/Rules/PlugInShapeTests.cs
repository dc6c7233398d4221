using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Rules;

public class PlugInShapeTests : LeakChecked
{
    // Row memory is laid out by these numbers without another check.
    [TestCase(-1)]
    [TestCase(int.MinValue)]
    [TestCase(int.MaxValue)]
    [TestCase(int.MaxValue / 4)]
    public void A_length_of_state_that_no_row_can_have_is_refused(int length)
    {
        var hooks = new PlugIns { StateLength = _ => length };
        Assert.That(() => TestTable.Create(TestTable.Plain(configure: o => o.Segments[0].Optimizer = hooks.Optimizer)),
            Throws.ArgumentException.With.Message.Contains($"{length}").And.Message.Contains("hooked"));
    }

    [Test]
    public void A_capacity_that_a_stripe_cannot_have_is_refused()
    {
        var options = TestTable.Plain(stripes: 1, configure: o => o.InitialCapacity = 5_000_000_000);
        Assert.That(OptionFailures.PathsOf(() => TestTable.Create(options, limit: long.MaxValue)), Is.EqualTo(new[] { "InitialCapacity" }));
    }
}
