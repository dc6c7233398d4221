using Monolith.Embeddings.Models;

namespace Monolith.Embeddings.Tests.Models;

public sealed class ModelSectionsTests
{
    private static ModelSections Filled()
    {
        var sections = new ModelSections();
        sections.AddFloats("weights", SectionRole.Weights, [2, 3], [1, 2, 3, 4, 5, 6]);
        sections.AddNumber("step", SectionRole.TrainingState, -7);
        sections.AddText("optimizer", SectionRole.TrainingState, "größer");
        sections.AddBytes("raw", SectionRole.TrainingState, [9, 8]);
        return sections;
    }

    [Test]
    public void Sections_give_back_what_was_added()
    {
        var sections = Filled();
        Assert.That(sections.Names, Is.EqualTo(new[] { "weights", "step", "optimizer", "raw" }));
        Assert.That(sections.Floats("weights", [2, 3]).ToArray(), Is.EqualTo(new[] { 1f, 2, 3, 4, 5, 6 }));
        Assert.That(sections.ShapeOf("weights").ToArray(), Is.EqualTo(new[] { 2, 3 }));
        Assert.That((sections.Number("step"), sections.Text("optimizer")), Is.EqualTo((-7L, "größer")));
        Assert.That(sections.Bytes("raw").ToArray(), Is.EqualTo(new byte[] { 9, 8 }));
        Assert.That(sections.RequireAllRead, Throws.Nothing);
        Assert.That(sections.RequireAllRead, Throws.InstanceOf<InvalidDataException>(), "each reader reads all of them");
    }

    [Test]
    public void What_is_missing_too_many_or_of_another_type_or_shape_is_told()
    {
        var sections = Filled();
        Refused(() => sections.Floats("bias", [2]), "'bias' is missing; there are 'weights', 'step', 'optimizer', 'raw'");
        Refused(() => sections.Floats("weights", [3, 2]), "'weights' has the shape [2, 3], but [3, 2] is needed");
        Refused(() => sections.Floats("step", [1]), "'step' is Number of 8 bytes, but Floats is needed");
        Refused(() => sections.Number("weights"), "'weights' is floats [2, 3], but Number is needed");
        Refused(() => Filled().RequireAllRead(), "no use for 'weights', 'step', 'optimizer', 'raw'");

        static void Refused(Action call, string reason) =>
            Assert.That(() => call(), Throws.InstanceOf<InvalidDataException>().With.Message.Contains(reason));
    }

    [Test]
    public void A_name_is_used_once_until_it_is_taken_out()
    {
        var sections = Filled();
        Assert.That(() => sections.AddNumber("step", SectionRole.Weights, 1), Throws.ArgumentException.With.Message.Contains("'step'"));
        Assert.That((sections.Remove("weights"), sections.Remove("weights")), Is.EqualTo((true, false)));
        sections.AddNumber("weights", SectionRole.Weights, 1);
        Assert.That(sections.Names, Is.EqualTo(new[] { "step", "optimizer", "raw", "weights" }));
        Assert.That((sections.Number("step"), sections.Number("weights")), Is.EqualTo((-7L, 1L)));
    }

    [Test]
    public void Floats_that_do_not_fit_their_shape_are_refused()
    {
        var sections = new ModelSections();
        Assert.That(() => sections.AddFloats("w", SectionRole.Weights, [2, 2], [1, 2, 3]),
            Throws.ArgumentException.With.Message.Contains("3 floats"));
        Assert.That(() => sections.AddFloats("w", SectionRole.Weights, [-1, -3], [1, 2, 3]), Throws.ArgumentException);
        Assert.That(() => sections.AddFloats("w", SectionRole.Weights, new int[17], []),
            Throws.ArgumentException.With.Message.Contains("17 dimensions"));
        Assert.That(() => sections.AddText(" ", SectionRole.Weights, ""), Throws.ArgumentException);
        Assert.That(sections.Names, Is.Empty);
    }
}
