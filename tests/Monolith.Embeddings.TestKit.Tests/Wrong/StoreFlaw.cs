namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>What is wrong with a <see cref="FlawedStore"/>.</summary>
internal enum StoreFlaw
{
    None,
    ListsTheManifest,
    ShowsWhatIsBeingWritten,
    CommitsWhenDisposed,
    DropsEmptyFiles,
    Overwrites,
    LooksAtNamesOnce,
    DeletesWhatIsNotThere,
    ErasesWhatIsRead,
    TakesShortNamesOnly,
    RemovesWhenDisposed,
    ReadsFromOnePosition,
    SwapsAlways,
    TakesTheTokenBefore,
    ForgetsSomeReplacements,
    IgnoresCancellation,
}
