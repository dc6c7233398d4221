using Monolith.Embeddings.Features;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Optimizers;

namespace Monolith.Embeddings.Tests.Models.Heads;

/// <summary>What files of models with several heads hold, and which are refused.</summary>
public sealed class HeadFileTests
{
    private static readonly FeedbackCorrection[] Delayed = [FeedbackCorrection.None, FeedbackCorrection.DelayModel];

    [Test]
    public void A_loaded_model_goes_on_as_the_saved_one_would([Values("lr", "fm", "deep")] string name, [Values(1, 3)] int biases)
    {
        var fixture = new ModelFixture(Delayed, biases);
        using var saved = Trained(fixture, name);
        using var loaded = ModelFixture.Create(name, fixture.Schema, new AdamOptions());
        loaded.Load(new MemoryStream(Bytes(saved)));
        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(saved)));
        for (var step = 0; step < 3; step++)
        {
            fixture.Train(saved);
            fixture.Train(loaded);
        }
        Assert.That(Bytes(loaded), Is.EqualTo(Bytes(saved)));
    }

    [Test]
    public void Other_tasks_are_refused_by_the_sections_that_differ_and_change_nothing([Values("lr", "fm", "deep")] string name)
    {
        var fixture = new ModelFixture(tasks: 3);
        fixture.Fill(rows: 20, seed: 1);
        Refused(["task0"], ["task0", "task1"], "'heads.0' is missing; there are 'step', 'linear'");
        Refused(["task0", "task1"], ["task0"], "'linear' has the shape [4, 2], but [4, 1] is needed");
        Refused(["task0", "task1"], ["task0", "task2"], "'heads.1' is 'task1', but 'task2' is needed");

        void Refused(string[] saved, string[] loaded, string reason)
        {
            using var from = ModelFixture.Create(name, fixture.Schema, configure: o => o.Tasks = saved);
            using var to = ModelFixture.Create(name, fixture.Schema, configure: o => o.Tasks = loaded);
            fixture.Train(to);
            var (bytes, before) = (Bytes(from), Bytes(to));
            Assert.That(() => to.Load(new MemoryStream(bytes)),
                Throws.InstanceOf<InvalidDataException>().With.Message.Contains(reason));
            Assert.That(Bytes(to), Is.EqualTo(before));
        }
    }

    [Test]
    public void A_model_of_the_only_task_of_its_schema_has_the_sections_that_it_always_had()
    {
        var sections = new ModelSections();
        using var model = ModelFixture.Create("deep", new ModelFixture().Schema, hidden: [3]);
        model.Save(sections);
        Assert.That(sections.Names, Is.EqualTo(new[]
        {
            "step", "linear", "linear.state", "linear.optimizer", "layers.0", "layers.0.state", "layers.0.optimizer", "layers.1",
            "layers.1.state", "layers.1.optimizer",
        }));
    }

    private static BuiltInModel Trained(ModelFixture fixture, string name)
    {
        var model = ModelFixture.Create(name, fixture.Schema, new AdamOptions());
        fixture.Fill(rows: 50, seed: 6);
        for (var step = 0; step < 3; step++) fixture.Train(model);
        return model;
    }

    private static byte[] Bytes(OnlineModel model)
    {
        using var stream = new MemoryStream();
        model.Save(stream);
        return stream.ToArray();
    }
}
