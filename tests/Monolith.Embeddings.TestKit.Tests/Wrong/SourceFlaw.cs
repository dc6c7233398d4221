namespace Monolith.Embeddings.TestKit.Tests.Wrong;

internal enum SourceFlaw
{
    None,
    HasOneBatch,
    CarriesOnePosition,
    UsesOneBatch,
    HasOtherExamplesEachTime,
    RepeatsAnExample,
    CutsElsewhere,
    RemembersItsPositions,
    GoesOnWhereItWasLeft,
    EndsWhenCancelled,
    TakesAnyPosition,
    DropsMoreThanIsDurable,
    LocksItsLog,
    CapturesWhereItIs,
    CountsCaptures,
}
