namespace Monolith.Embeddings.TestKit.Tests.Wrong;

/// <summary>What is wrong with a <see cref="FlawedModel"/>.</summary>
internal enum ModelFlaw
{
    None,
    ChangesItsName,
    LeavesTheLastLogit,
    PredictsAfterLearning,
    LearnsFromPredictions,
    GivesMeanGradients,
    HandsTwiceTheGradientBack,
    HandsAlmostTheGradientBack,
    AsksForTheNormTwice,
    LearnsByInstance,
    ForgetsItsBatches,
    IgnoresWrongSections,
    ReadsOtherWeights,
    KnowsOneThread,
    KnowsArraysOnly,
    Allocates,
    TakesAnySchema,
    KnowsItsOwnSchemaObject,
    IgnoresSequences,
    DeclaresItsOutputsAnew,
    KnowsItsOwnOutputs,
    TakesAnyOutputs,
    ForgetsTheConstant,
}
