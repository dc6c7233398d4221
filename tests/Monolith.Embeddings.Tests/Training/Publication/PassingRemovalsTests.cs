using Monolith.Embeddings.Training.Publication;

namespace Monolith.Embeddings.Tests.Training.Publication;

public class PassingRemovalsTests
{
    [Test]
    public void Ids_are_named_until_a_commit_that_replicas_read_is_durable()
    {
        var removals = new PassingRemovals();
        Assert.That(removals.Begin(), Is.Empty);
        removals.Add("users", [1, 2, 2]);
        Assert.That(removals.Begin()["users"], Is.EquivalentTo(new[] { 1L, 2 }));
        // It failed, and another person is forgotten.
        removals.Add("items", [3]);
        removals.Add("users", [4]);
        var begun = removals.Begin();
        Assert.That((begun["users"].Order(), begun["items"]), Is.EqualTo((new[] { 1L, 2, 4 }, new[] { 3L })));
        removals.Add("users", [5]);
        Assert.That(begun["users"], Has.Count.EqualTo(3), "what was begun is what the file has");
        removals.End();
        Assert.That(removals.Begin().Single().Key, Is.EqualTo("users"));
        Assert.That(removals.Begin()["users"], Is.EqualTo(new[] { 5L }));
        removals.End();
        Assert.That(removals.Begin(), Is.Empty);
    }
}
