using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables;

public class EmbeddingTableArgumentTests : LeakChecked
{
    private EmbeddingTable _table = null!;

    [SetUp]
    public void Fill()
    {
        _table = TestTable.Create(TestTable.Plain());
        _table.Assign([1, 2], [1, 2, 3, 4], At.Seconds(10));
    }

    [TearDown]
    public void Unchanged()
    {
        Assert.That(TestTable.Read(_table, 1, 2, 3), Is.EqualTo(new float[] { 1, 2, 3, 4, 0, 0 }));
        Assert.That((_table.Count, _table.NewestEventTime.InSeconds()), Is.EqualTo((2L, 10u)));
        _table.Dispose();
    }

    [Test]
    public void Lengths_that_do_not_fit_are_refused_with_the_numbers()
    {
        string[] parts = ["'plain'", "3 ids", "dimension 2", "need 6", "holds 5"];
        AssertRefused(() => _table.Lookup([1, 2, 3], new float[5]), parts);
        AssertRefused(() => _table.LookupOrAdmit([1, 2, 3], [], new float[5], At.Seconds(99)), parts);
        AssertRefused(() => _table.ApplyGradients([1, 2, 3], new float[5], [], At.Seconds(99)), parts);
        AssertRefused(() => _table.Assign([1, 2, 3], new float[5], At.Seconds(99)), parts);
        AssertRefused(() => _table.AssignAdd([1, 2, 3], new float[5], At.Seconds(99)), parts);
        Assert.That(
            () => _table.Contains([1, 2, 3], new bool[2]), Throws.ArgumentException.With.Message.Contains("3").And.Message.Contains("2"));
    }

    [Test]
    public void Counts_that_do_not_fit_are_refused_with_the_numbers()
    {
        AssertRefused(() => _table.LookupOrAdmit([1, 2, 3], [1, 1], new float[6], At.Seconds(99)), "3 ids", "2 were given");
        AssertRefused(() => _table.ApplyGradients([1, 2, 3], new float[6], [1, 1], At.Seconds(99)), "3 ids", "2 were given");
        AssertRefused(() => _table.LookupOrAdmit([1, 2, 3], [1, 1, -4], new float[6], At.Seconds(99)), "position 2", "-4");
        AssertRefused(() => _table.ApplyGradients([1, 2, 3], [1, 1, 1, 1, 1, 1], [1, 1, -4], At.Seconds(99)), "position 2", "-4");
    }

    [Test]
    public void Values_that_are_not_finite_are_not_assigned()
    {
        Assert.That(() => _table.Assign([1, 3], [0, 0, 0, float.NaN], At.Seconds(99)), Throws.ArgumentException);
        Assert.That(() => _table.AssignAdd([1, 3], [1, 1, float.NegativeInfinity, 0], At.Seconds(99)), Throws.ArgumentException);
    }

    private static void AssertRefused(Action call, params string[] parts)
    {
        var refusal = Assert.Catch<ArgumentException>(() => call());
        foreach (var part in parts) Assert.That(refusal?.Message, Does.Contain(part));
    }
}
