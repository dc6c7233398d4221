using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>Declares an output that no model under test has; does nothing else.</summary>
internal sealed class ForeignOutputs(FeatureSchema schema) : OnlineModel
{
    private readonly ModelOutput[] _outputs = [new ModelOutput("contract.foreign", 3)];

    public override string Name => "contract-foreign";

    public override FeatureSchema Schema => schema;

    public override IReadOnlyList<ModelOutput> Outputs => _outputs;

    public override void Predict(in PredictContext context) => throw new NotSupportedException();

    public override void Train(in TrainContext context) => throw new NotSupportedException();

    public override void Save(ModelSections sections) => throw new NotSupportedException();

    public override void Load(ModelSections sections) => throw new NotSupportedException();
}
