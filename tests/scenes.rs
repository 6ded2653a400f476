//! tmp
use racktherm::scene::Scene;
#[test]
fn example() {
    let page = std::fs::read_to_string("docs/scene.md").unwrap();
    let text = page.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    match Scene::from_text(std::path::Path::new("docs/scene.md"), text.to_owned(), &[]) {
        Ok(scene) => println!("{scene:#?}"),
        Err(errors) => panic!("{errors}"),
    }
}
