namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal static class WrongSources
{
    public static IEnumerable<(string Rule, PlugInContract Contract)> All =>
    [
        ("The stream has three batches or more, of the source's schema, and none is empty", Contract(SourceFlaw.HasOneBatch)),
        ("Each batch carries a position of its own, and none is the start", Contract(SourceFlaw.CarriesOnePosition)),
        ("A batch stays as it is until its receiver disposes it", Contract(SourceFlaw.UsesOneBatch)),
        ("Read again, the stream has the same examples", Contract(SourceFlaw.HasOtherExamplesEachTime)),
        ("From each position the source goes on with the next example", Contract(SourceFlaw.RepeatsAnExample)),
        ("From each position the source goes on with the next example", Contract(SourceFlaw.CutsElsewhere)),
        ("A new source goes on from the position of another", Contract(SourceFlaw.RemembersItsPositions)),
        ("A new source goes on from the position of another", Contract(SourceFlaw.CapturesWhereItIs)),
        ("What it captures of its state can be captured again, and does not change what it yields", Contract(SourceFlaw.CountsCaptures)),
        ("A reading that is left early leaves the source as it was", Contract(SourceFlaw.GoesOnWhereItWasLeft)),
        ("A cancelled reading ends by its token, and not as if the stream had ended", Contract(SourceFlaw.EndsWhenCancelled)),
        ("A position of another source is refused", Contract(SourceFlaw.TakesAnyPosition)),
        ("It can be told what is durable, and goes on from there", Contract(SourceFlaw.DropsMoreThanIsDurable)),
        ("It can be read behind another source", Contract(SourceFlaw.LocksItsLog)),
    ];

    /// <summary>The contract of a source with a flaw.</summary>
    public static ExampleSourceContract Contract(SourceFlaw flaw)
    {
        var log = new FlawedSource.Log();
        return new(() => new FlawedSource(flaw, log));
    }
}
