using static Monolith.Embeddings.Tests.Concurrency.OperationKind;

namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>The history checker, by histories whose answer is known.</summary>
public class LinearizabilityTests
{
    [Test]
    public void Nothing_and_what_follows_one_after_the_other_hold()
    {
        AssertHolds();
        AssertHolds(new(Lookup, null, 1, 2), new(Remove, null, 3, 4), new(Assign, 5, 5, 6), new(Lookup, 5, 7, 8), new(AssignAdd, 2, 9, 10),
            new(Lookup, 7, 11, 12), new(Remove, 1, 13, 14), new(Lookup, null, 15, 16), new(AssignAdd, 3, 17, 18), new(Lookup, 3, 19, 20));
    }

    [Test]
    public void A_read_beside_a_write_may_see_either() =>
        Assert.That(new int?[] { null, 1, 2, 3 }.Select(
            seen => Linearizability.Holds([new(Assign, 1, 1, 2), new(Assign, 2, 3, 6), new(Lookup, seen, 4, 5)])),
            Is.EqualTo(new[] { false, true, true, false }));

    [Test]
    public void A_value_that_was_overwritten_before_the_read_began_is_refused() =>
        AssertFails(new(Assign, 1, 1, 2), new(Assign, 2, 3, 4), new(Lookup, 1, 5, 6));

    [Test]
    public void Two_reads_see_a_write_in_one_order()
    {
        AssertHolds(new(Assign, 1, 1, 2), new(Assign, 2, 3, 10), new(Lookup, 1, 4, 5), new(Lookup, 2, 6, 7));
        AssertFails(new(Assign, 1, 1, 2), new(Assign, 2, 3, 10), new(Lookup, 2, 4, 5), new(Lookup, 1, 6, 7));
        // Readers beside each other may have read in either order.
        AssertHolds(new(Assign, 1, 1, 2), new(Assign, 2, 3, 10), new(Lookup, 2, 4, 7), new(Lookup, 1, 5, 6));
    }

    [Test]
    public void An_addition_that_was_lost_is_noticed()
    {
        AssertHolds(new(AssignAdd, 1, 1, 4), new(AssignAdd, 2, 2, 3), new(Lookup, 3, 5, 6));
        AssertFails(new(AssignAdd, 1, 1, 4), new(AssignAdd, 2, 2, 3), new(Lookup, 2, 5, 6));
    }

    [Test]
    public void A_row_is_born_once_by_a_read_or_a_gradient()
    {
        AssertHolds(new(OperationKind.Contains, null, 1, 2), new(LookupOrAdmit, Operation.Born, 3, 4), new(OperationKind.Contains, 1, 5, 6),
            new(ApplyGradients, 5, 7, 8),
            new(Lookup, Operation.Born + 5, 9, 10), new(Remove, 1, 11, 12), new(ApplyGradients, 7, 13, 14),
            new(LookupOrAdmit, Operation.Born + 7, 15, 16));
        AssertFails(new Operation(LookupOrAdmit, null, 1, 2));
        AssertFails(new(LookupOrAdmit, Operation.Born, 1, 2), new(OperationKind.Contains, null, 3, 4));
        AssertFails(new(ApplyGradients, 5, 1, 4), new(LookupOrAdmit, Operation.Born, 2, 3), new(LookupOrAdmit, Operation.Born, 5, 6));
        AssertHolds(new(ApplyGradients, 5, 1, 4), new(LookupOrAdmit, Operation.Born, 2, 3), new(LookupOrAdmit, Operation.Born + 5, 5, 6));
    }

    [Test]
    public void One_row_is_removed_once()
    {
        AssertHolds(new(Assign, 1, 1, 2), new(Remove, 1, 3, 6), new(Remove, null, 4, 5));
        AssertFails(new(Assign, 1, 1, 2), new(Remove, 1, 3, 6), new(Remove, 1, 4, 5));
        AssertFails(new(Assign, 1, 1, 2), new(Remove, null, 3, 6), new(Remove, null, 4, 5));
        AssertHolds(new(Assign, 1, 1, 2), new(Remove, 1, 3, 8), new(Remove, 1, 4, 7), new(Assign, 2, 5, 6));
    }

    [Test]
    public void A_row_that_comes_back_after_its_removal_is_refused() =>
        AssertFails(new(Assign, 1, 1, 2), new(Remove, 1, 3, 4), new(Lookup, 1, 5, 6));

    [Test]
    public void An_addition_to_a_row_that_is_being_removed_counts_before_or_after()
    {
        Operation[] history = [new(Assign, 5, 1, 2), new(Remove, 1, 3, 6), new(AssignAdd, 2, 4, 5)];
        Assert.That(new int?[] { null, 2, 7, 5 }.Select(seen => Linearizability.Holds([.. history, new(Lookup, seen, 7, 8)])),
            Is.EqualTo(new[] { true, true, false, false }));
    }

    /// <summary>All additions overlap: there are 16! orders, and a search that remembers what it tried looks at 2^16 places.</summary>
    [Test]
    public void Many_operations_at_once_are_decided()
    {
        Operation[] additions = [.. Enumerable.Range(0, 16).Select(i => new Operation(AssignAdd, 1, i, 1000))];
        AssertHolds([.. additions, new(Lookup, 16, 1001, 1002)]);
        AssertFails([.. additions, new(Lookup, 15, 1001, 1002)]);
    }

    [Test]
    public void A_history_that_is_too_long_is_refused() =>
        Assert.That(() => Linearizability.Holds(new Operation[65]), Throws.ArgumentException.With.Message.Contains("65"));

    private static void AssertHolds(params Operation[] history) => Assert.That(Linearizability.Holds(history), Is.True);

    private static void AssertFails(params Operation[] history) => Assert.That(Linearizability.Holds(history), Is.False);
}
